exports.up = (knex) => knex.schema.alterTable('orders', (t) => t.dropNullable('email'));

exports.down = async () => {};
