/** Galaxy's public repositories: their servers and their public keys, the same since 2020. */

const DOMAIN = 'galaxyproject.org';
const KEYS = `/etc/cvmfs/keys/${DOMAIN}`;

const MASTER = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuJZTWTY3/dBfspFKifv8
TWuuT2Zzoo1cAskKpKu5gsUAyDFbZfYBEy91qbLPC3TuUm2zdPNsjCQbbq1Liufk
uNPZJ8Ubn5PR6kndwrdD13NVHZpXVml1+ooTSF5CL3x/KUkYiyRz94sAr9trVoSx
THW2buV7ADUYivX7ofCvBu5T6YngbPZNIxDB4mh7cEal/UDtxV683A/5RL4wIYvt
S5SVemmu6Yb8GkGwLGmMVLYXutuaHdMFyKzWm+qFlG5JRz4okUWERvtJ2QAJPOzL
mAG1ceyBFowj/r3iJTa+Jcif2uAmZxg+cHkZG5KzATykF82UH1ojUzREMMDcPJi2
dQIDAQAB
-----END PUBLIC KEY-----
`;

const DATA = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5LHQuKWzcX5iBbCGsXGt
6CRi9+a9cKZG4UlX/lJukEJ+3dSxVDWJs88PSdLk+E25494oU56hB8YeVq+W8AQE
3LWx2K2ruRjEAI2o8sRgs/IbafjZ7cBuERzqj3Tn5qUIBFoKUMWMSIiWTQe2Sfnj
GzfDoswr5TTk7aH/FIXUjLnLGGCOzPtUC244IhHARzu86bWYxQJUw0/kZl5wVGcH
maSgr39h1xPst0Vx1keJ95AH0wqxPbCcyBGtF1L6HQlLidmoIDqcCQpLsGJJEoOs
NVNhhcb66OJHah5ppI1N3cZehdaKyr1XcF9eedwLFTvuiwTn6qMmttT/tHX7rcxT
owIDAQAB
-----END PUBLIC KEY-----
`;

const MAIN = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA6S6Tugcv4kk4C06f574l
YCXQdK6lv2m7mqCh60G0zL1+rAkkEBDWna0yMQLBbj+yDsHjcOe0yISzbTfzG6wk
KnHZUQ/JOeK7lUAbDMxHqnjkEPAbAl4vXl2Y04MW2lzJtXcDKakmLirvV/dfUYqE
gGGx0dc/Z+XmUTf1DvZFJknrBUUxO5+F6m7k/NGrlpAca+e9B0kwCclaE4NyaNWK
Jv5rPWCYz5/sDNW4cNvBdBjwGf46etbczmJoTAbl0oM6LLGdebwkJStd0R1wkj+A
torRYcoFZICTZqY9e/KsadHUeZnH3RvfMypH5oS1POzsFszoSxBhZIBkZbG3/f9Y
OQIDAQAB
-----END PUBLIC KEY-----
`;

const servers = (hosts: readonly string[]): readonly string[] =>
  hosts.map((host) => `http://${host}/cvmfs/@fqrn@`);

const AMERICA = ['cvmfs1-psu0', 'cvmfs1-iu0', 'cvmfs1-tacc0'].map((name) => `${name}.${DOMAIN}`);
const [EUROPE, AUSTRALIA] = ['cvmfs1-ufr0.galaxyproject.eu', 'cvmfs1-mel0.gvl.org.au'];

/** The repository that tells clients all else. */
export const galaxyConfigRepo = {
  domain: DOMAIN,
  key: { path: `${KEYS}/cvmfs-config.${DOMAIN}.pub`, key: MASTER },
  urls: servers([...AMERICA, EUROPE, AUSTRALIA]),
  use_geoapi: false,
  repository: { repository: `cvmfs-config.${DOMAIN}` },
};

/** The keys for the static configuration. */
export const galaxyKeys = [
  { path: `${KEYS}/${DOMAIN}.pub`, key: MASTER },
  { path: `${KEYS}/data.${DOMAIN}.pub`, key: DATA },
  { path: `${KEYS}/main.${DOMAIN}.pub`, key: MAIN },
];

/** The servers for the static configuration. */
export const galaxyServerUrls = [
  { domain: DOMAIN, use_geoapi: false, urls: servers([...AMERICA, AUSTRALIA, EUROPE]) },
];

/** The repositories for the static configuration. */
export const galaxyRepositories = [
  'test',
  'main',
  'data',
  'refgenomes-databio',
  'sandbox',
  'singularity',
  'usegalaxy',
].map((name) => ({ repository: `${name}.${DOMAIN}`, client_options: [] }));
