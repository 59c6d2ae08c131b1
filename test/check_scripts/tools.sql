Scripts as migration tools write them.
-- script: Rails (transaction)
CREATE TABLE "tags" ("id" bigserial primary key, "order_id" bigint NOT NULL, "name" character varying, "created_at" timestamp(6) NOT NULL);
CREATE INDEX "index_tags_on_order_id" ON "tags" ("order_id");
ALTER TABLE "tags" ADD CONSTRAINT "fk_rails_1" FOREIGN KEY ("order_id") REFERENCES "orders" ("id");
ALTER TABLE "orders" ADD "tag_count" integer DEFAULT 0 NOT NULL;
CREATE INDEX "index_orders_on_tag_count" ON "orders" ("tag_count");
-- script: Django
BEGIN;
ALTER TABLE "orders" ADD COLUMN "paid" boolean DEFAULT false NOT NULL;
ALTER TABLE "orders" ALTER COLUMN "paid" DROP DEFAULT;
ALTER TABLE "orders" ADD COLUMN "agent_id" integer NULL CONSTRAINT "orders_agent_fk" REFERENCES "customers"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "orders_agent_fk" IMMEDIATE;
CREATE INDEX "orders_agent_id_1" ON "orders" ("agent_id");
COMMIT;
-- script: Alembic (transaction)
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
ALTER TABLE orders ADD COLUMN region VARCHAR(20);
UPDATE orders SET region = 'eu';
ALTER TABLE orders ALTER COLUMN region SET NOT NULL;
INSERT INTO alembic_version (version_num) VALUES ('1a');
-- script: pg_dump
SET statement_timeout = 0;
SET lock_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.books (id integer NOT NULL, title text);
CREATE SEQUENCE public.books_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.books_id_seq OWNED BY public.books.id;
ALTER TABLE ONLY public.books ALTER COLUMN id SET DEFAULT nextval('public.books_id_seq'::regclass);
ALTER TABLE ONLY public.books ADD CONSTRAINT books_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.books ADD CONSTRAINT books_fk FOREIGN KEY (id) REFERENCES public.orders(id);
CREATE INDEX books_title ON public.books USING btree (title);
-- script: the column swap, all safe but for the drop
ALTER TABLE items ADD COLUMN sku_new varchar(80);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.sku_new := new.sku; RETURN new; END';
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION keep();
UPDATE items SET sku_new = sku WHERE sku_new IS NULL;
CREATE INDEX CONCURRENTLY items_sku_new ON items (sku_new);
BEGIN;
ALTER TABLE items RENAME sku TO sku_old;
ALTER TABLE items RENAME sku_new TO sku;
DROP TRIGGER keep ON items;
COMMIT;
ALTER TABLE items DROP COLUMN sku_old;
-- script: partitions and their keys, as pg_dump writes them
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.p (id integer NOT NULL, d date NOT NULL) PARTITION BY RANGE (d);
CREATE TABLE public.p1 (id integer NOT NULL, d date NOT NULL UNIQUE);
ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
ALTER TABLE ONLY public.p ADD CONSTRAINT p_pkey PRIMARY KEY (id, d);
ALTER TABLE ONLY public.p1 ADD CONSTRAINT p1_pkey PRIMARY KEY (id, d);
ALTER INDEX public.p_pkey ATTACH PARTITION public.p1_pkey;
ALTER TABLE public.p1 CLUSTER ON p1_d_key;
ALTER TABLE public.small ADD CONSTRAINT small_name_key UNIQUE (name);
ALTER TABLE public.small CLUSTER ON small_name_key;
ALTER TABLE public.small DROP CONSTRAINT small_name_key;
CREATE UNIQUE INDEX small_name_key ON public.small (name);
