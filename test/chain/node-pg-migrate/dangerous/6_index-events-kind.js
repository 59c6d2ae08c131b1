exports.up = (pgm) => pgm.createIndex('events', 'kind', { name: 'events_kind_idx' });

exports.down = false;
