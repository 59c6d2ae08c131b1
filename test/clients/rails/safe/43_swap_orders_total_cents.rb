# Last step: the columns swap names in one short transaction. The old column
# stays, no longer required, until nobody reads it.
class SwapOrdersTotalCents < ActiveRecord::Migration[6.1]
  def up
    execute "DROP TRIGGER orders_copy_total ON orders"
    execute "DROP FUNCTION orders_copy_total()"
    rename_column :orders, :total_cents, :total_cents_old
    rename_column :orders, :total_cents_big, :total_cents
    change_column_null :orders, :total_cents, false
    change_column_null :orders, :total_cents_old, true
    remove_check_constraint :orders, name: "orders_total_cents_big_filled"
  end
end
