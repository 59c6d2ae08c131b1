exports.up = (pgm) => {
  pgm.noTransaction();
  for (const partition of ['events_q1', 'events_q2', 'events_q3', 'events_q4'])
    pgm.createIndex(partition, 'kind', { name: `${partition}_kind_idx`, concurrently: true });
};

exports.down = false;
