class ValidateOrdersStatus < ActiveRecord::Migration[6.1]
  def change
    validate_check_constraint :orders, name: "orders_status_known"
  end
end
