// In batches that commit, and so outside a transaction
exports.up = (knex) =>
  knex.raw(`CALL safeddl.backfill('users', 'points_big = points', 'points_big IS NULL')`);

exports.down = async () => {};

exports.config = { transaction: false };
