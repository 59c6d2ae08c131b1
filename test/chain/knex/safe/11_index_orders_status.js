exports.up = (knex) => knex.raw('CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status)');

exports.down = async () => {};

exports.config = { transaction: false };
