exports.up = (knex) =>
  knex.raw('ALTER TABLE orders ADD CONSTRAINT orders_email_given CHECK (email IS NOT NULL) NOT VALID');

exports.down = async () => {};
