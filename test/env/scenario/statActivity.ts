import type { TrueSession, Truth } from './truth.ts';
import type { Visitor } from './visitor.ts';

type Row = TrueSession & { readonly backendType: string };

const query = `
  select pid, usename as "user", datname as database, nullif(application_name, '') as application,
         case when client_port = -1 then '[local]' else host(client_addr) end as host,
         nullif(client_port, -1) as port, backend_type as "backendType"
    from pg_stat_activity
   where backend_type in ('client backend', 'walsender')
   order by pid`;

/** The sessions that the server has now, as one of them sees it. */
export async function sessionsOf(observer: Visitor): Promise<Pick<Truth, 'active' | 'walsenders'>> {
  const rows = await observer.query<Row>(query);
  const ofType = (type: string): TrueSession[] =>
    rows
      .filter(({ backendType }) => backendType === type)
      .map(({ backendType: _type, ...session }) => session);
  return { active: ofType('client backend'), walsenders: ofType('walsender') };
}
