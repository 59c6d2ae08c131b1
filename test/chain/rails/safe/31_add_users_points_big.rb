class AddUsersPointsBig < ActiveRecord::Migration[6.1]
  def up
    add_column :users, :points_big, :bigint
    execute <<~SQL
      CREATE FUNCTION users_copy_points() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.points_big := NEW.points;
        RETURN NEW;
      END $$
    SQL
    execute <<~SQL
      CREATE TRIGGER users_copy_points BEFORE INSERT OR UPDATE ON users
        FOR EACH ROW EXECUTE FUNCTION users_copy_points()
    SQL
    add_check_constraint :users, "points_big IS NOT NULL", name: "users_points_big_filled", validate: false
  end
end
