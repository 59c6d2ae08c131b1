exports.up = (pgm) => {
  pgm.addColumn('users', { points_big: 'bigint' });
  pgm.createTrigger(
    'users',
    'users_copy_points',
    { when: 'BEFORE', operation: ['INSERT', 'UPDATE'], level: 'ROW', language: 'plpgsql' },
    `BEGIN
      NEW.points_big := NEW.points;
      RETURN NEW;
    END`
  );
  pgm.sql(`ALTER TABLE users ADD CONSTRAINT users_points_big_filled
    CHECK (points_big IS NOT NULL) NOT VALID`);
};

exports.down = false;
