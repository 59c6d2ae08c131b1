class IndexOrdersOnStatus < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  def change
    add_index :orders, :status, name: "orders_status_idx", algorithm: :concurrently
  end
end
