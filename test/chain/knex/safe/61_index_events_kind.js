// The index on the partitioned table is valid once each partition's is attached
exports.up = (knex) => knex.raw('CREATE INDEX events_kind_idx ON ONLY events (kind)');

exports.down = async () => {};
