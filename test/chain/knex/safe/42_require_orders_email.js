// The valid CHECK proves the NOT NULL, which need not read the table then
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE orders VALIDATE CONSTRAINT orders_email_given');
  await knex.schema.alterTable('orders', (t) => t.dropNullable('email'));
  await knex.raw('ALTER TABLE orders DROP CONSTRAINT orders_email_given');
};

exports.down = async () => {};
