exports.up = (knex) => knex.raw('ALTER TABLE orders VALIDATE CONSTRAINT orders_status_known');

exports.down = async () => {};
