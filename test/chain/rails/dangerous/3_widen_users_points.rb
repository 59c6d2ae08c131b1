class WidenUsersPoints < ActiveRecord::Migration[6.1]
  def up
    change_column :users, :points, :bigint
  end
end
