exports.up = (knex) =>
  knex.raw(`ALTER TABLE orders ADD CONSTRAINT orders_status_known
    CHECK (status IN ('new', 'paid', 'sent')) NOT VALID`);

exports.down = async () => {};
