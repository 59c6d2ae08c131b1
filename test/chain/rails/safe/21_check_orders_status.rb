class CheckOrdersStatus < ActiveRecord::Migration[6.1]
  def change
    add_check_constraint :orders, "status IN ('new', 'paid', 'sent')",
                         name: "orders_status_known", validate: false
  end
end
