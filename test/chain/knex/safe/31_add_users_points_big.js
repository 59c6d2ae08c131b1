exports.up = async (knex) => {
  await knex.schema.alterTable('users', (t) => t.bigInteger('points_big'));
  await knex.raw(`CREATE FUNCTION users_copy_points() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.points_big := NEW.points;
      RETURN NEW;
    END $$`);
  await knex.raw(`CREATE TRIGGER users_copy_points BEFORE INSERT OR UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION users_copy_points()`);
  await knex.raw(`ALTER TABLE users ADD CONSTRAINT users_points_big_filled
    CHECK (points_big IS NOT NULL) NOT VALID`);
};

exports.down = async () => {};
