exports.up = (pgm) => {
  for (const partition of ['events_q1', 'events_q2', 'events_q3', 'events_q4'])
    pgm.sql(`ALTER INDEX events_kind_idx ATTACH PARTITION ${partition}_kind_idx`);
};

exports.down = false;
