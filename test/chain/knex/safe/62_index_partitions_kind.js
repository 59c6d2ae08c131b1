exports.up = async (knex) => {
  for (const partition of ['events_q1', 'events_q2', 'events_q3', 'events_q4'])
    await knex.raw(`CREATE INDEX CONCURRENTLY ${partition}_kind_idx ON ${partition} (kind)`);
};

exports.down = async () => {};

exports.config = { transaction: false };
