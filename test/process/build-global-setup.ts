import { buildProcessesWhenStale } from "@/scripts/build";

/** The programs that these tests start, made of the sources as they are. */
export default buildProcessesWhenStale;
