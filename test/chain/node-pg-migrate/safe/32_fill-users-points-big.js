// In batches that commit, and so outside a transaction
exports.up = (pgm) => {
  pgm.noTransaction();
  pgm.sql(`CALL safeddl.backfill('users', 'points_big = points', 'points_big IS NULL')`);
};

exports.down = false;
