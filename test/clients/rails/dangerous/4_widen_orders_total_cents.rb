class WidenOrdersTotalCents < ActiveRecord::Migration[6.1]
  def up
    change_column :orders, :total_cents, :bigint
  end
end
