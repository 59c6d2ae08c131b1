class IndexOrdersOnStatus < ActiveRecord::Migration[6.1]
  def change
    add_index :orders, :status, name: "orders_status_idx"
  end
end
