# int to bigint, first step of three: the new column, and a trigger that fills
# it for every row written from now on.
class AddOrdersTotalCentsBig < ActiveRecord::Migration[6.1]
  def up
    add_column :orders, :total_cents_big, :bigint
    execute <<~SQL
      CREATE FUNCTION orders_copy_total() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.total_cents_big := NEW.total_cents;
        RETURN NEW;
      END $$;
      CREATE TRIGGER orders_copy_total BEFORE INSERT OR UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION orders_copy_total();
    SQL
  end
end
