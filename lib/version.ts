import manifest from "@/package.json";

/** Of this program, as package.json has it. */
export const VERSION: string = manifest.version;
