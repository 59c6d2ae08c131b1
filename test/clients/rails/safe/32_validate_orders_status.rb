# A migration, and so a transaction, of its own: the lock of the one before is
# gone when the table is read.
class ValidateOrdersStatus < ActiveRecord::Migration[6.1]
  def change
    validate_check_constraint :orders, name: "orders_status_known"
  end
end
