# VALIDATE lets readers and writers pass, and proves the NOT NULL; what comes
# after it takes the strong lock, but only for an instant.
class SwapUsersPoints < ActiveRecord::Migration[6.1]
  def up
    validate_check_constraint :users, name: "users_points_big_filled"
    execute "DROP TRIGGER users_copy_points ON users"
    execute "DROP FUNCTION users_copy_points()"
    rename_column :users, :points, :points_old
    rename_column :users, :points_big, :points
    change_column_default :users, :points, 0
    change_column_null :users, :points, false
    change_column_null :users, :points_old, true
    remove_check_constraint :users, name: "users_points_big_filled"
  end
end
