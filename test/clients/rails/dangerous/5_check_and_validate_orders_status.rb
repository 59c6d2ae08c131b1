# One migration is one transaction: the lock of the first is kept through the second
class CheckAndValidateOrdersStatus < ActiveRecord::Migration[6.1]
  def up
    add_check_constraint :orders, "status IN ('new', 'paid', 'sent')",
                         name: "orders_status_known", validate: false
    validate_check_constraint :orders, name: "orders_status_known"
  end
end
