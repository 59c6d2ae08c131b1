# Second step: the rows that were there before, a batch to a transaction, and
# proof that none was left out. With the validated CHECK, the SET NOT NULL of
# the last step need not read the table.
class BackfillOrdersTotalCentsBig < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  class Order < ActiveRecord::Base; end

  def up
    Order.in_batches(of: 20_000) do |batch|
      batch.update_all("total_cents_big = total_cents")
    end
    add_check_constraint :orders, "total_cents_big IS NOT NULL",
                         name: "orders_total_cents_big_filled", validate: false
    validate_check_constraint :orders, name: "orders_total_cents_big_filled"
  end
end
