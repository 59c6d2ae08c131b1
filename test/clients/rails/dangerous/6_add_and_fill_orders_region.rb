class AddAndFillOrdersRegion < ActiveRecord::Migration[6.1]
  def up
    add_column :orders, :region, :string
    execute "UPDATE orders SET region = 'eu'"
  end
end
