# Production's sizes know nothing of a new table: it counts by its own
class CreateRefunds < ActiveRecord::Migration[6.1]
  def change
    create_table :refunds do |t|
      t.bigint :order_id, null: false
    end
    add_index :refunds, :order_id, name: "refunds_order_id_idx"
  end
end
