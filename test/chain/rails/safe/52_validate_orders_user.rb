class ValidateOrdersUser < ActiveRecord::Migration[6.1]
  def change
    validate_foreign_key :orders, name: "orders_user_id_fkey"
  end
end
