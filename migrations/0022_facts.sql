-- What shipped as reference data in 0011 and was found wrong or unsourced by November 2026, corrected as dated rows: ended and replaced,
-- never edited in place. Only rows that are as shipped and that nobody confirmed are touched; where an administrator or a post has
-- confirmed, ended or replaced one, theirs stays and what would stand beside it is not added (docs/reference-data.md says how to compare).
-- New columns have defaults, and the program before reads no kind it does not know, so it still runs.

insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
values (gen_random_uuid(), now(), 'migration', 'reference_loaded', 'reference', gen_random_uuid(),
    'corrected the reference data that comes with the program, as of November 2026');

alter table reference_entries
    -- False: it held before its first day too, since nobody knows when.
    add column beginning_known boolean not null default true,
    -- The day on which an administrator looks whether the law is still so.
    add column look_again_on date,
    drop constraint reference_entries_kind_known,
    add constraint reference_entries_kind_known check (kind in (
        'item_class', 'usml_category', 'license_form', 'reason_code', 'topic',
        'proscribed_country', 'country_group', 'notification_threshold', 'screening_list', 'commerce_firearms'));

alter table authorities
    -- An authority whose work another does since that day. Old papers name it still.
    add column ended_on date,
    add column successor_id uuid constraint authorities_successor_fkey references authorities,
    add constraint authorities_succeeded_once_ended check (successor_id is null or ended_on is not null);

alter table country_rules
    add column beginning_known boolean not null default true,
    add column days_kind text not null default 'not_stated'
        constraint country_rules_days_kind_known check (days_kind in ('calendar', 'working', 'not_stated')),
    -- The paper, how long it is valid, what to know about it.
    add column detail text not null default '',
    -- The day of the source, as it gives it.
    add column source_day text not null default '',
    add column certainty text not null default 'reported'
        constraint country_rules_certainty_known check (certainty in ('official_text', 'secondary_source', 'reported'));

-- 22 CFR 126.1: of the rows that shipped, only Nicaragua's begins on 15 Mar 2024 (89 FR 18796).
update reference_entries set beginning_known = false
where kind = 'proscribed_country' and code <> 'NI' and starts_on = '2024-03-15' and source like '22 CFR 126.1(d)%'
    and ends_on is null and confirmed_at is null;

with amended as (
    update reference_entries set ends_on = '2025-07-06'
    where kind = 'proscribed_country' and code in ('CF', 'CD', 'HT', 'LY', 'SO', 'SS', 'SD') and starts_on = '2024-03-15'
        and source = '22 CFR 126.1(d)(2)' and ends_on is null and confirmed_at is null
    returning kind, code, label, detail, country, position)
insert into reference_entries (id, kind, code, label, detail, country, position, source, starts_on)
select gen_random_uuid(), kind, code, label, detail, country, position, '22 CFR 126.1(d)(2), as amended by 90 FR 29720', date '2025-07-07'
from amended;

insert into reference_entries (id, kind, code, label, detail, country, source, starts_on, ends_on)
select gen_random_uuid(), 'proscribed_country', code, name, 'Policy of denial with exceptions', code,
    '22 CFR 126.1(d)(2), 86 FR 70053; removed with effect from 7 Nov 2025', date '2021-12-09', date '2025-11-06'
from countries where code = 'KH'
on conflict do nothing;

-- NATO: of the rows that shipped, only Sweden's begins on 7 Mar 2024; Finland's began earlier.
update reference_entries set beginning_known = false
where kind = 'country_group' and code = 'nato_plus' and country not in ('SE', 'FI') and starts_on = '2024-03-07'
    and source = '22 USC 2776(c)(2)' and ends_on is null and confirmed_at is null;

insert into reference_entries (id, kind, code, label, country, source, starts_on, ends_on)
select gen_random_uuid(), 'country_group', 'nato_plus', name, code, '22 USC 2776(c)(2); member of NATO since 4 Apr 2023',
    date '2023-04-04', date '2024-03-06'
from countries where code = 'FI'
on conflict do nothing;

-- Major non-NATO allies (no threshold speaks of them).
insert into reference_entries (id, kind, code, label, country, source, starts_on, ends_on, beginning_known)
select gen_random_uuid(), 'country_group', 'major_non_nato_ally', c.name, c.code, v.source, v.starts_on, v.ends_on, v.known
from countries c join (
    select code, '22 USC 2321k; 22 CFR 120.23' as source, date '2022-03-10' as starts_on, null::date as ends_on, false as known
    from unnest(array['AR', 'AU', 'BH', 'BR', 'EG', 'IL', 'JP', 'JO', 'KW', 'MA', 'NZ', 'PK', 'PH', 'KR', 'TH', 'TN']) as t (code)
    union all values
    ('QA', '22 USC 2321k; in 22 CFR 120.23 since 90 FR 29720', date '2022-03-10', null, true),
    ('CO', '22 USC 2321k; in 22 CFR 120.23 since 90 FR 29720', date '2022-05-23', null, true),
    ('KE', '22 USC 2321k; in 22 CFR 120.23 since 90 FR 29720', date '2024-06-24', null, true),
    ('AF', '22 USC 2321k; out of 22 CFR 120.23 since 90 FR 29720', date '2022-03-10', date '2022-09-22', false)
) as v on v.code = c.code
on conflict do nothing;

-- Bills would raise the thresholds; none was found enacted.
update reference_entries set look_again_on = '2027-02-01'
where kind = 'notification_threshold' and source = '22 USC 2776(c)(1), (2); 22 CFR 123.15' and ends_on is null and confirmed_at is null;

-- Firearms under Commerce: what has to be in hand before the application.
insert into reference_entries (id, kind, code, label, country, source, starts_on, beginning_known)
select gen_random_uuid(), 'country_group', 'oas', name, code, '15 CFR 748.12(a)(2)', date '2020-03-09', false
from countries where code in ('AG', 'AR', 'BS', 'BB', 'BZ', 'BO', 'BR', 'CA', 'CL', 'CO', 'CR', 'DM', 'DO', 'EC', 'SV', 'GD', 'GT', 'GY',
    'HT', 'HN', 'JM', 'MX', 'NI', 'PA', 'PY', 'PE', 'KN', 'LC', 'VC', 'SR', 'TT', 'UY', 'VE')
on conflict do nothing;

insert into reference_entries (id, kind, code, label, detail, country_group, item_classes, position, source, starts_on, ends_on, beginning_known)
values
    (gen_random_uuid(), 'commerce_firearms', 'import_certificate_oas', 'Import certificate or permit before the application, for members of the OAS',
     'Always; an official equivalent where the country has no certificate. Its number and date go on the application. The text that was compared is of 2024 to 2025: compare it with the one after 90 FR 47170',
     'oas', array['pistol', 'revolver', 'semiautomatic_rifle', 'shotgun', 'ammunition', 'sniper_rifle'], 1, '15 CFR 748.12', '2020-03-09', null, false),
    (gen_random_uuid(), 'commerce_firearms', 'import_certificate', 'Import certificate or permit before the application, for every other country that asks for one',
     'Its number and date go on the application. The text that was compared is of 2024 to 2025: compare it with the one after 90 FR 47170',
     null, array['pistol', 'revolver', 'semiautomatic_rifle', 'shotgun', 'ammunition', 'sniper_rifle'], 2, '15 CFR 748.12', '2020-03-09', null, false),
    (gen_random_uuid(), 'commerce_firearms', 'firearms_rule_2024', 'Commerce''s firearms rule of April 2024',
     'Rescinded on 30 Sep 2025; the new ECCNs (0x5zz) stayed', null, '{}', 3, '89 FR 34680; rescinded by 90 FR 47170', '2024-05-30', '2025-09-29', true)
on conflict do nothing;

-- Who licenses the import of firearms. An authority that somebody added meanwhile under the same short name is taken as it is.
insert into authorities (id, country, name, short_name)
select gen_random_uuid(), v.country, v.name, v.short_name from (values
    ('AU', 'Department of Home Affairs', 'HOMEAFFAIRS'),
    ('BR', 'Exército, Diretoria de Fiscalização de Produtos Controlados', 'DFPC'),
    ('CO', 'Industria Militar, under the Ministry of Defense', 'INDUMIL'),
    ('DZ', 'Ministry of Interior', 'MOI'),
    ('GT', 'Dirección General de Control de Armas y Municiones', 'DIGECAM'),
    ('HN', 'Secretaría de Defensa Nacional', 'SEDENA'),
    ('ID', 'Ministry of Defence', 'KEMHAN'),
    ('IN', 'Ministry of Home Affairs', 'MHA'),
    ('IT', 'Questore', 'QUESTORE'),
    ('MX', 'Secretaría de la Defensa Nacional, Registro Federal de Armas de Fuego y Control de Explosivos', 'SEDENA'),
    ('NG', 'Inspector-General of Police', 'IGP'),
    ('NG', 'Office of the National Security Adviser', 'ONSA'),
    ('NI', 'Policía Nacional, Dirección de Armas, Explosivos y Municiones', 'DAEM'),
    ('PY', 'Dirección de Material Bélico', 'DIMABEL'),
    ('SV', 'Ministerio de la Defensa Nacional, Dirección de Logística', 'MDN-LOG'),
    ('TR', 'Ministry of Interior, General Directorate of Security', 'EGM'),
    ('TR', 'Ministry of National Defence', 'MSB'),
    ('UA', 'National Police', 'NPU'),
    ('UA', 'State Service of Export Control', 'SSEC'),
    ('ZA', 'South African Police Service, Central Firearms Register', 'SAPS-CFR')
) as v (country, name, short_name)
where not exists (select from authorities a where a.country = v.country and (a.short_name = v.short_name or a.name = v.name));

-- Guatemala: Decreto 15-2009, published 21 Apr 2009, put DIGECAM in the place of DECAM.
update country_rules set ends_on = '2009-04-20'
where country = 'GT' and authority_id in (select id from authorities where country = 'GT' and short_name = 'DECAM')
    and source = 'Post reporting; confirm with the authority' and starts_on = '2000-01-01' and ends_on is null and confirmed_on is null;

update authorities set ended_on = '2009-04-20',
    successor_id = (select id from authorities where country = 'GT' and short_name = 'DIGECAM' order by id limit 1), version = version + 1
where country = 'GT' and name = 'Departamento de Control de Armas y Municiones' and short_name = 'DECAM' and version = 1
    and not exists (select from country_rules r where r.authority_id = authorities.id and r.ends_on is null);

-- Ends what shipped for the same country, class and authority, and puts the sourced rule in its place. Classes somebody says nothing is
-- asked for, and those that a post of Guatemala still ascribes to DECAM, are left to them.
create temporary table found on commit drop as
select v.*, c.item_class,
    (select a.id from authorities a where a.country = v.country and a.short_name = v.short_name order by a.id limit 1) as authority_id
from (values
    ('GT', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}'::text[], 'DIGECAM', 30::integer, 'working', 'Licencia de importación, approved before shipping; 15 to 30 working days, as a page about individuals says. The pro-forma invoice names serial numbers. DECAM until Decreto 15-2009 was published', 'Decreto 15-2009, articles 50 to 58; Acuerdo Gubernativo 85-2011; livinginguatemala.com, digecam.mil.gt', '2026 (page, undated)', 'secondary_source', '2009-04-21'::date, null::date, true),
    ('GT', '{automatic_rifle,submachine_gun,machine_gun,grenade_launcher}', 'DIGECAM', null, 'not_stated', 'Consent of the registry beside the Ministry of National Defense in 2008; whether today''s law asks for both was not checked', 'Telegram 08 GUATEMALA 773; Decreto 15-2009', '19 Jun 2008', 'secondary_source', '2009-04-21', null, true),
    ('GT', '{automatic_rifle,submachine_gun,machine_gun,grenade_launcher}', 'MINDEF', null, 'not_stated', 'Approval beside the licence of the registry in 2008; whether today''s law asks for both was not checked', 'Telegram 08 GUATEMALA 773', '19 Jun 2008', 'secondary_source', '2008-06-19', null, false),
    ('MX', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition,automatic_rifle}', 'SEDENA', null, 'not_stated', 'General, ordinary or extraordinary permit; a general permit is valid for one year', 'Ley Federal de Armas de Fuego y Explosivos; aduanasrevista.mx', 'undated', 'secondary_source', '2026-11-01', null, false),
    ('BR', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition,automatic_rifle}', 'DFPC', null, 'not_stated', 'Certificado Internacional de Importação, then LPCO or licence in the Portal Único before embarkation; physical inspection at customs. The armed forces'' own imports are exempt', 'Portaria C Ex EB10-N-03.002, 2nd edition (DOU 10 Oct 2025); Decreto 9.844/2019 article 40', '10 Oct 2025', 'official_text', '2025-10-10', null, false),
    ('CO', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition,automatic_rifle,submachine_gun,machine_gun,grenade_launcher}', 'INDUMIL', null, 'not_stated', 'Only the government may bring arms in, through INDUMIL: a private consignee as importer is a warning by itself', 'Decreto 2535 de 1993 article 2; controlarmas.mil.co', '17 Dec 1993; 2009', 'official_text', '1993-12-17', null, true),
    ('HN', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'SEDENA', null, 'not_stated', 'Authorization; import, distribution and sale are a privilege of the armed forces (La Armería)', 'Decreto 101-2018, La Gaceta 12 Feb 2019', '12 Feb 2019', 'official_text', '2019-05-12', null, true),
    ('SV', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'MDN-LOG', null, 'not_stated', 'Permiso especial de importación, before entry; one seen was valid for 31 days', 'importlicensing.wto.org, arms and ammunition; registrodearmas.mil.sv', '2022 to 2023', 'official_text', '2022-01-01', null, false),
    ('NI', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'DAEM', null, 'not_stated', 'Importer licence for five years, and a permit for each import', 'WTO G/MA/QR/N/NIC/5', '11 Oct 2023', 'official_text', '2023-10-11', null, false),
    ('PY', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'DIMABEL', 10, 'working', 'Prior import licence through the Ministry of Industry and Trade, in 10 working days at most. The government has suspended all permits by decree before', 'importlicensing.wto.org, firearms; ultimahora.com', 'undated', 'secondary_source', '2026-11-01', null, false),
    ('PE', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'SUCAMEC', null, 'not_stated', 'Autorización de importación e internamiento, valid for one year at most; goods are stored in SUCAMEC''s own store after entry', 'Ley 30299 articles 28 and 31', '22 Jan 2015', 'official_text', '2015-01-22', null, false),
    ('CL', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'DGMN', null, 'not_stated', 'Autorización de importación e internación; a new regulation (DS 32) is of January 2023', 'WTO G/LIC/N/3/CHL/9', '29 Mar 2022', 'official_text', '2022-03-29', null, false),
    ('JM', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition,automatic_rifle}', 'FLA', null, 'not_stated', 'Import authorization; regulator since 1 Nov 2022. Before, the commissioner of police signed, the minister countersigned and the Trade Board issued', 'Firearms (Prohibition, Restriction and Regulation) Act 2022; fla.gov.jm', '1 Nov 2022', 'official_text', '2022-11-01', null, true),
    ('SR', '{pistol,ammunition}', 'JUSPOL', null, 'not_stated', 'Licence under the State Decree Negative List 2003; that this ministry issues it is not in the source', 'WTO G/LIC/N/3/SUR/1', '9 Oct 2009', 'secondary_source', '2009-10-09', null, false),
    ('PH', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition,automatic_rifle}', 'FEO', null, 'not_stated', 'Import permit; only licensed dealers or manufacturers apply, except grants to government departments', 'WTO G/LIC/N/3/PHL/15/Rev.1; RA 10591', '21 Feb 2023', 'official_text', '2023-02-21', null, false),
    ('TH', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'DOPA', null, 'not_stated', 'Import licence, valid for one year from issue. In October 2023 registrars were told to issue none: ask whether that still holds', 'Firearms Act B.E. 2490 sections 7 ff.; thailand.go.th', '7 Oct 2023', 'official_text', '2023-10-07', null, false),
    ('IN', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'MHA', null, 'not_stated', 'Import licence, before its issue was delegated to the Directorate General of Foreign Trade', 'Arms Rules 2016', '2016', 'official_text', '2016-07-15', '2018-10-31', false),
    ('IN', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'DGFT', null, 'not_stated', 'Import licence, Form X, by delegation of the Ministry of Home Affairs of 1 Nov 2018', 'Arms Rules 2016; Delhi High Court 2024 (8) TMI 1419', '1 Nov 2018; Aug 2024', 'official_text', '2018-11-01', null, true),
    ('ID', '{automatic_rifle,submachine_gun,machine_gun,grenade_launcher}', 'KEMHAN', null, 'not_stated', 'Ministerial permit with quota, on recommendation of the armed forces'' headquarters, which escort and witness the unloading', 'Permenhan 7/2010 article 25', '2010', 'official_text', '2010-01-01', null, false),
    ('AE', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition,sniper_rifle,armored_vehicle}', 'MOI', null, 'not_stated', 'Licence; the articles on who is competent were not seen. Military materiel is for the armed forces and the Supreme Council for National Security', 'Federal Decree-Law 17 of 2019', '29 Aug 2019', 'secondary_source', '2019-08-29', null, false),
    ('TR', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition,optic}', 'EGM', null, 'not_stated', 'Approval for import (HS 93.03; telescopic sights 9013.10, binoculars 9005)', 'WTO G/LIC/N/3/TUR/21', '8 Jul 2024', 'official_text', '2024-07-08', null, false),
    ('TR', '{automatic_rifle,submachine_gun,machine_gun,grenade_launcher,ammunition,missile_part}', 'MSB', null, 'not_stated', 'Approval for import (HS 93.01, 9305.91, 9306.30 military, 9306.90)', 'WTO G/LIC/N/3/TUR/21', '8 Jul 2024', 'official_text', '2024-07-08', null, false),
    ('DZ', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'MOI', null, 'not_stated', 'Import licence; for some categories only after the Minister of National Defense approves', 'Executive decree article 25, as dzwatch.dz reports it', 'undated', 'secondary_source', '2026-11-01', null, false),
    ('KE', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'FLB', null, 'not_stated', 'Import permit under the Firearms Act, chapter 114; no usual days were found', 'Firearms Act, revised 2015, section 3; standardmedia.co.ke', '16 Mar 2016', 'secondary_source', '2016-03-16', null, false),
    ('NG', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'IGP', null, 'not_stated', 'Import licence; goods are deposited in a public armoury at the place of entry', 'Firearms Act section 20(d); Firearms Regulations 21', '1990', 'official_text', '1990-01-01', null, false),
    ('NG', '{automatic_rifle,submachine_gun,machine_gun,grenade_launcher}', 'ONSA', null, 'not_stated', 'Licence of the President for prohibited firearms, with an end-user certificate of this office', 'Firearms Act sections 3 and 18; Control of SALW Act 2024 section 3', '1990; 2024', 'secondary_source', '1990-01-01', null, false),
    ('ZA', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'SAPS-CFR', null, 'not_stated', 'Import permit, form SAPS 520; a temporary one is valid for six months at most', 'Firearms Control Act 60 of 2000 section 73; saps.gov.za', 'undated', 'official_text', '2026-11-01', null, false),
    ('UA', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'NPU', null, 'not_stated', 'Permit to transport across the customs border; during martial law many goods are exempted', 'Order 622 of 21 Aug 1998; mvs.gov.ua', '1998', 'secondary_source', '1998-08-21', null, false),
    ('UA', '{automatic_rifle,submachine_gun,machine_gun,grenade_launcher}', 'SSEC', null, 'not_stated', 'Permit for military goods, with the Ministry of Defence', 'Law on state control of international transfers', '2003, as amended 2015', 'secondary_source', '2015-01-01', null, false),
    ('IT', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'QUESTORE', null, 'not_stated', 'Licenza di importazione; serial numbers may follow. More than three a year without a trade licence need the Prefetto too', 'TULPS article 31; Legge 110/1975 article 12; dirittoarmi.it', '4 Dec 2024', 'official_text', '2024-12-04', null, false),
    ('AU', '{pistol,revolver,semiautomatic_rifle,shotgun,ammunition}', 'HOMEAFFAIRS', null, 'not_stated', 'Written permission of the Minister or an authorised person', 'Customs (Prohibited Imports) Regulations 1956 regulation 4H; WTO G/MA/QR/N/AUS/6', '28 Sep 2022', 'official_text', '2022-09-28', null, false)
) as v (country, classes, short_name, usual_days, days_kind, detail, source, source_day, certainty, starts_on, ends_on, beginning_known),
    unnest(v.classes) as c (item_class);

delete from found f where authority_id is null or exists (
    select from country_rules r left join authorities a on a.id = r.authority_id
    where r.country = f.country and r.item_class = f.item_class and r.ends_on is null
        and (r.authority_id is null or (f.short_name = 'DIGECAM' and a.short_name = 'DECAM')));

update country_rules r set ends_on = f.starts_on - 1 from found f
where r.country = f.country and r.item_class = f.item_class and r.authority_id = f.authority_id
    and r.source = 'Post reporting; confirm with the authority' and r.starts_on = '2000-01-01' and r.ends_on is null and r.confirmed_on is null;

insert into country_rules (id, country, item_class, authority_id, usual_days, days_kind, detail, source, source_day, certainty, starts_on,
    ends_on, beginning_known)
select gen_random_uuid(), country, item_class, authority_id, usual_days, days_kind, detail, source, source_day, certainty, starts_on, ends_on,
    beginning_known
from found
on conflict do nothing;
