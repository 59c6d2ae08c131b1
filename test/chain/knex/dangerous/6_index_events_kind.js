exports.up = (knex) => knex.schema.alterTable('events', (t) => t.index('kind', 'events_kind_idx'));

exports.down = async () => {};
