// The index on the partitioned table is valid once each partition's is attached
exports.up = (pgm) => pgm.sql('CREATE INDEX events_kind_idx ON ONLY events (kind)');
exports.down = false;
