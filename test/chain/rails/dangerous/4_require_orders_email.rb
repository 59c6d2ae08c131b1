class RequireOrdersEmail < ActiveRecord::Migration[6.1]
  def change
    change_column_null :orders, :email, false
  end
end
