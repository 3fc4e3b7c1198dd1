export * from "./audience";
export * from "./dispatches";
export * from "./health";
export * from "./sending";
export * from "./users";
export * from "./webhooks";
