// libpq's environment variables say where the server is

module.exports = {
  client: 'pg',
  connection: {},
  pool: { min: 1, max: 1 },
  migrations: { directory: './migrations' },
};
