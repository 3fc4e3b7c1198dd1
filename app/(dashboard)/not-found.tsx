import { NotFoundText } from "@/app/not-found-text";

/** Within the menu, whose page has its own main part. */
export default function NotFound() {
  return (
    <div className="grid min-h-96 place-items-center">
      <NotFoundText />
    </div>
  );
}
