// The valid CHECK proves the NOT NULL, which need not read the table then
exports.up = (pgm) => {
  pgm.sql('ALTER TABLE orders VALIDATE CONSTRAINT orders_email_given');
  pgm.alterColumn('orders', 'email', { notNull: true });
  pgm.dropConstraint('orders', 'orders_email_given');
};

exports.down = false;
