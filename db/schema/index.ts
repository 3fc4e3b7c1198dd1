export * from "./audience";
export * from "./dispatches";
export * from "./sending";
