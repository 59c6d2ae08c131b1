// VALIDATE lets readers and writers pass, and proves the NOT NULL; what comes
// after it takes the strong lock, but only for an instant.
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE users VALIDATE CONSTRAINT users_points_big_filled');
  await knex.raw('DROP TRIGGER users_copy_points ON users');
  await knex.raw('DROP FUNCTION users_copy_points()');
  await knex.schema.alterTable('users', (t) => t.renameColumn('points', 'points_old'));
  await knex.schema.alterTable('users', (t) => t.renameColumn('points_big', 'points'));
  await knex.raw('ALTER TABLE users ALTER COLUMN points SET DEFAULT 0');
  await knex.schema.alterTable('users', (t) => {
    t.dropNullable('points');
    t.setNullable('points_old');
  });
  await knex.raw('ALTER TABLE users DROP CONSTRAINT users_points_big_filled');
};

exports.down = async () => {};
