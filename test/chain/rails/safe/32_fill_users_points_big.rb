# In batches that commit, and so outside a transaction
class FillUsersPointsBig < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  def up
    execute "CALL safeddl.backfill('users', 'points_big = points', 'points_big IS NULL')"
  end
end
