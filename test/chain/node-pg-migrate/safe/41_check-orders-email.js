exports.up = (pgm) =>
  pgm.sql('ALTER TABLE orders ADD CONSTRAINT orders_email_given CHECK (email IS NOT NULL) NOT VALID');

exports.down = false;
