// VALIDATE lets readers and writers pass, and proves the NOT NULL; what comes
// after it takes the strong lock, but only for an instant.
exports.up = (pgm) => {
  pgm.sql('ALTER TABLE users VALIDATE CONSTRAINT users_points_big_filled');
  pgm.dropTrigger('users', 'users_copy_points');
  pgm.dropFunction('users_copy_points', []);
  pgm.renameColumn('users', 'points', 'points_old');
  pgm.renameColumn('users', 'points_big', 'points');
  pgm.alterColumn('users', 'points', { default: 0, notNull: true });
  pgm.alterColumn('users', 'points_old', { allowNull: true });
  pgm.dropConstraint('users', 'users_points_big_filled');
};

exports.down = false;
