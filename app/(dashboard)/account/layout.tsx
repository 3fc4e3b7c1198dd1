export { default } from "@/app/(dashboard)/settings/layout";
