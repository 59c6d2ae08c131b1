class CheckOrdersEmail < ActiveRecord::Migration[6.1]
  def change
    add_check_constraint :orders, "email IS NOT NULL", name: "orders_email_given", validate: false
  end
end
