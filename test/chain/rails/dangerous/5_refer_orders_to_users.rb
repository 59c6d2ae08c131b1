class ReferOrdersToUsers < ActiveRecord::Migration[6.1]
  def change
    add_foreign_key :orders, :users, name: "orders_user_id_fkey"
  end
end
