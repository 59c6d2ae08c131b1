exports.up = (pgm) =>
  pgm.sql(`ALTER TABLE orders ADD CONSTRAINT orders_status_known
    CHECK (status IN ('new', 'paid', 'sent')) NOT VALID`);

exports.down = false;
